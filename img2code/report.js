// Draws the objects of a report while they are in sight: browsers draw only a few in 3D at once. In a
// report of two, both are turned together.
const config = { displaylogo: false, responsive: true };
const drawn = (box) => box.querySelector('.js-plotly-plot');
const camera = (plot) => plot._fullLayout.scene._scene.getCamera();

const link = (plot) => plot.on('plotly_relayouting', () => {
  for (const other of document.querySelectorAll('main.pair .js-plotly-plot')) {
    if (other === plot) continue;
    const { scene } = other._fullLayout;
    scene._scene.setViewport({ ...scene, camera: camera(plot) });
  }
});
const draw = async (box) => {
  if (drawn(box)) return;
  const { data, layout } = JSON.parse(box.querySelector('script').textContent);
  const place = document.createElement('div');
  place.style.height = '100%';
  box.append(place);
  await Plotly.newPlot(place, data, layout, config);
  if (box.closest('.pair')) link(place);
};
const clear = (box) => {
  const place = drawn(box);
  if (!place) return;
  Plotly.purge(place);
  place.remove();
};
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) (isIntersecting ? draw : clear)(target);
}, { rootMargin: '200px' });
for (const box of document.querySelectorAll('.figure')) seen.observe(box);
