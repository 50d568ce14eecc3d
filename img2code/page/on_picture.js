// How much of the object is seen over the picture, and the mask that a visitor corrects: with a brush
// or a box on a canvas of its own, sent as the event 'mask'. `element` is the gr.HTML around the
// layers; on_picture.py writes what is in it.
const TINT = '#ff2878';
const find = (selector) => element.querySelector(selector);
const show = () => {
  const slider = find('label input');
  const layer = find('.object');
  if (slider && layer) layer.style.opacity = slider.value;
};
element.addEventListener('input', show);

let canvas = null; // the mask while it is corrected, opaque where the object is
let tool = 'add';
let stroke = null; // the last place of a brush, or the first of a box
const tools = (on) => {
  find('[data-mask="begin"]').hidden = on;
  find('.mask-tools span').hidden = !on;
  find('.layers').classList.toggle('drawing', on);
};
const choose = (name) => {
  tool = name;
  for (const button of element.querySelectorAll('[data-mask]')) {
    button.ariaPressed = String(button.dataset.mask === name);
  }
};
const begin = () => {
  const source = find('.mask');
  canvas = document.createElement('canvas');
  canvas.width = source.naturalWidth;
  canvas.height = source.naturalHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(source, 0, 0);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let k = 0; k < image.data.length; k += 4) {
    const inside = image.data[k] > 127;
    image.data.set([255, 40, 120, inside ? 255 : 0], k);
  }
  context.putImageData(image, 0, 0);
  canvas.className = 'mask-canvas';
  find('.layers').append(canvas);
  tools(true);
  choose('add');
};
const cancel = () => {
  canvas?.remove();
  canvas = null;
  tools(false);
};
const fit = () => {
  const plain = document.createElement('canvas');
  plain.width = canvas.width;
  plain.height = canvas.height;
  const context = plain.getContext('2d');
  context.drawImage(canvas, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, plain.width, plain.height);
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#000';
  context.fillRect(0, 0, plain.width, plain.height);
  const mask = plain.toDataURL('image/png');
  find('.mask').src = mask;
  find('.status.doubt')?.remove();
  cancel();
  trigger('mask', { mask });
};
element.addEventListener('click', (event) => {
  const what = event.target.closest('[data-mask]')?.dataset.mask;
  if (what === 'begin') begin();
  else if (what === 'cancel') cancel();
  else if (what === 'fit') fit();
  else if (what) choose(what);
});

const at = (event) => {
  const around = canvas.getBoundingClientRect();
  return [
    ((event.clientX - around.left) * canvas.width) / around.width,
    ((event.clientY - around.top) * canvas.height) / around.height,
  ];
};
const paint = (from, to) => {
  const context = canvas.getContext('2d');
  context.globalCompositeOperation = tool === 'add' ? 'source-over' : 'destination-out';
  context.strokeStyle = TINT;
  context.lineWidth = Number(find('.mask-tools input').value);
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(to[0] + 0.01, to[1]); // a click is a dot
  context.stroke();
};
const cut = ([x, y], [toX, toY]) => {
  const [left, right] = [Math.min(x, toX), Math.max(x, toX)];
  const [top, bottom] = [Math.min(y, toY), Math.max(y, toY)];
  if (right - left < 4 || bottom - top < 4) return;
  const context = canvas.getContext('2d');
  const inside = context.getImageData(left, top, right - left, bottom - top);
  const empty = !inside.data.some((value, k) => k % 4 === 3 && value);
  context.globalCompositeOperation = 'source-over';
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.putImageData(inside, left, top);
  context.fillStyle = TINT;
  if (empty) context.fillRect(left, top, right - left, bottom - top);
};
element.addEventListener('pointerdown', (event) => {
  if (event.target !== canvas || event.button) return;
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  stroke = at(event);
  if (tool !== 'box') paint(stroke, stroke);
});
element.addEventListener('pointermove', (event) => {
  if (!stroke || tool === 'box') return;
  const here = at(event);
  paint(stroke, here);
  stroke = here;
});
element.addEventListener('pointerup', (event) => {
  if (stroke && tool === 'box') cut(stroke, at(event));
  stroke = null;
});
element.addEventListener('pointercancel', () => { stroke = null; });
watch('value', () => { canvas = null; });
