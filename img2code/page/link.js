// Turns the two objects of the comparison together, and folds their differences where there is little
// room. `element` is the gr.HTML with the differences.
const plots = () => ['left', 'right']
  .map((side) => document.querySelector(`#${side}-figure .js-plotly-plot`))
  .filter(Boolean);
const scene = (plot) => plot._fullLayout?.scene?._scene;
const turn = (plot) => {
  const camera = scene(plot)?.getCamera();
  for (const other of plots()) {
    if (other === plot || !camera) continue;
    scene(other)?.setViewport({ ...other._fullLayout.scene, camera });
  }
};
const look = () => {
  for (const plot of plots()) {
    if (!plot.on || plot.img2codeLinked) continue;
    plot.img2codeLinked = true;
    plot.on('plotly_relayouting', () => turn(plot));
    plot.on('plotly_relayout', () => turn(plot));
  }
};
const follow = () => {
  const sides = document.querySelector('#sides');
  if (!sides) {
    requestAnimationFrame(follow);
    return;
  }
  new MutationObserver(look).observe(sides, { childList: true, subtree: true });
  look();
};
follow();
const little = matchMedia('(max-width: 640px)');
new MutationObserver(() => {
  if (little.matches) element.querySelector('details[open]')?.removeAttribute('open');
}).observe(element, { childList: true, subtree: true });
