// Turns the two objects of the comparison together, and folds their differences where there is little
// room. `element` is the gr.HTML with the differences.
const plots = () => ['left', 'right']
  .map((side) => document.querySelector(`#${side}-figure .js-plotly-plot`))
  .filter(Boolean);
const scene = (plot) => plot._fullLayout?.scene?._scene;
// The camera of a plot goes on for some frames after the last event that tells of its turning, so the
// other one follows it frame by frame until it rests.
const REST = 20;
let turned;
let still = REST;
let last;
const turning = () => {
  const camera = scene(turned)?.getCamera();
  const now = JSON.stringify(camera);
  still = now === last ? still + 1 : 0;
  last = now;
  for (const other of plots()) {
    if (other === turned || !camera) continue;
    scene(other)?.setViewport({ ...other._fullLayout.scene, camera });
  }
  if (still < REST) requestAnimationFrame(turning);
};
const turn = (plot) => {
  const rested = still >= REST;
  turned = plot;
  still = 0;
  if (rested) requestAnimationFrame(turning);
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
