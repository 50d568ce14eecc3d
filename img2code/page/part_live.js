// Draws a CAD part that is being fitted or changed, without turning it, and puts the numbers that
// follow into the other fields. `element` is the gr.HTML below the figure; part_events.py says what
// `props.told` holds. Runs after redraw.js.
let last = null; // what was told last

const until = async (found, tries = 100) => {
  for (let k = 0; k < tries; k++) {
    const result = found();
    if (result) return result;
    await new Promise((done) => setTimeout(done, 50));
  }
  return null;
};
const plotted = () => {
  const plot = document.querySelector('#part-figure .js-plotly-plot');
  return plot?.layout && window.Plotly ? plot : null;
};
const draw = async (told) => {
  const plot = await until(plotted);
  if (!plot || told !== last) return;
  await redraw(plot, told.figure);
  element.dataset.drawn = told.stamp;
};
const fill = ({ values, steps }) => {
  const panel = document.querySelector('#part-edit');
  for (const input of panel?.querySelectorAll('input[data-parameter]') ?? []) {
    const value = values[input.dataset.parameter];
    const used = document.activeElement?.dataset?.parameter === input.dataset.parameter;
    if (value !== undefined && !used) input.value = value;
  }
  for (const [name, on] of Object.entries(steps)) {
    const button = panel?.querySelector(`button[data-do="${name}"]`);
    if (button) button.disabled = !on;
  }
};
watch('told', () => {
  const told = props.told;
  if (!told || (last && told.stamp < last.stamp && told.run === last.run)) return;
  last = told;
  draw(told);
  fill(told);
  document.dispatchEvent(new CustomEvent('img2code:shown'));
});
