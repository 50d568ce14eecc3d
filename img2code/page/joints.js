// Sliders of joints move the traces of the figure in the browser; when one is let go, the event
// 'pose' asks the server for the mesh and the downloads at that pose. A slider tells how far its
// joint is open; joints count from the given pose. `element` is the gr.HTML around the sliders; the
// figure's layout.meta.links and its traces' meta.link come from geometry/draw/figure.py.
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

const times = (a, b) => {
  const product = [];
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 4; column++) {
      let sum = column === 3 ? a[row * 4 + 3] : 0;
      for (let k = 0; k < 3; k++) sum += a[row * 4 + k] * b[k * 4 + column];
      product.push(sum);
    }
  }
  return product;
};

// What a joint does to points, as rows of a 3 x 4 matrix.
const moved = ({ kind, axis, pivot }, value) => {
  const [x, y, z] = axis;
  if (kind === 'prismatic') {
    return [1, 0, 0, x * value, 0, 1, 0, y * value, 0, 0, 1, z * value];
  }
  const angle = (value * Math.PI) / 180;
  const s = Math.sin(angle), c = Math.cos(angle), t = 1 - c;
  const turn = [
    [t * x * x + c, t * x * y - s * z, t * x * z + s * y],
    [t * x * y + s * z, t * y * y + c, t * y * z - s * x],
    [t * x * z - s * y, t * y * z + s * x, t * z * z + c],
  ];
  return turn.flatMap((row, k) => {
    const shift = pivot[k] - row[0] * pivot[0] - row[1] * pivot[1] - row[2] * pivot[2];
    return [...row, shift];
  });
};

const matrices = (links, values) => {
  const result = [];
  for (const link of links) {
    if (!link.joint) {
      result.push(IDENTITY);
      continue;
    }
    const leader = link.joint.follows;
    const wanted = leader ? leader.factor * (values[leader.joint] ?? 0) : values[link.name] ?? 0;
    const [low, high] = link.joint.limits;
    const value = Math.min(Math.max(wanted, low), high);
    result.push(times(result[link.parent], moved(link.joint, value)));
  }
  return result;
};

const sliders = () => [...element.querySelectorAll('input[type=range]')];

// Joint name -> value from the given pose.
const values = () => Object.fromEntries(sliders().map((slider) => [
  slider.dataset.joint,
  Number(slider.dataset.closed) + Number(slider.dataset.way) * Number(slider.value),
]));

const show = () => {
  for (const slider of sliders()) {
    const digits = Number(slider.dataset.digits);
    const rounded = Number(Number(slider.value).toFixed(digits)) || 0; // never -0
    slider.nextElementSibling.textContent = rounded.toFixed(digits) + slider.dataset.unit;
  }
  const plot = document.querySelector('#figure .js-plotly-plot');
  const links = plot?.layout?.meta?.links;
  if (!links || !window.Plotly) return;
  const matrix = matrices(links, values());
  const update = { x: [], y: [], z: [] };
  plot.data.forEach((trace, index) => {
    const full = plot._fullData[index];
    trace.rest ??= { x: Array.from(full.x), y: Array.from(full.y), z: Array.from(full.z) };
    const m = matrix[trace.meta.link];
    const { x, y, z } = trace.rest;
    ['x', 'y', 'z'].forEach((name, row) => {
      const [a, b, c, d] = m.slice(row * 4, row * 4 + 4);
      update[name].push(x.map((_, k) => a * x[k] + b * y[k] + c * z[k] + d));
    });
  });
  window.Plotly.restyle(plot, update);
};

let waiting = false;
element.addEventListener('input', () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    show();
  });
});
element.addEventListener('change', () => trigger('pose', { joints: values() }));
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  for (const slider of sliders()) {
    slider.value = button.dataset.to === 'closed' ? 0 : slider.dataset.start;
  }
  show();
  trigger('pose', { joints: values() });
});
