// When the words of the tab Create have not changed for a moment, the event 'words' has them painted.
// `element` is the gr.HTML with the line about what is painted.
const REST = 700; // milliseconds
let timer = null;
document.addEventListener('input', ({ target }) => {
  if (!target.closest?.('#wish')) return;
  clearTimeout(timer);
  if (target.value.trim()) timer = setTimeout(() => trigger('words', {}), REST);
});
