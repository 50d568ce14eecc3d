// A plot that is on the page shows another figure, as seen before: neither turned nor resized.
const redraw = (plot, figure) => {
  const { data, layout } = JSON.parse(figure);
  const scene = plot._fullLayout?.scene?._scene;
  layout.scene.camera = scene ? scene.getCamera() : plot.layout.scene.camera;
  for (const name of ['width', 'height', 'autosize']) layout[name] = plot.layout[name];
  return window.Plotly.react(plot, data, layout, plot._context);
};
