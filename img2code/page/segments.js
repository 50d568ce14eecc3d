// Lays the chosen region over the picture of the tab Describe. `element` is the gr.HTML around the
// choice; described.py writes what is in it.
const show = () => {
  const layer = document.querySelector('#stage .chosen');
  if (!layer) return;
  const chosen = element.querySelector('input:checked');
  layer.hidden = !chosen;
  if (chosen) layer.src = chosen.dataset.layer;
  else document.querySelector('#stage .dragged').hidden = true;
};
element.addEventListener('change', show);
document.addEventListener('img2code:stage', () => setTimeout(show));
watch('value', show);
