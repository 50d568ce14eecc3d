// A click on the place of an error takes the cursor there. `element` is the gr.HTML below the code.
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-offset]');
  const content = document.querySelector('#recovered .cm-content');
  const editor = (content?.cmTile ?? content?.cmView)?.view;
  if (!button || !editor) return;
  const anchor = Math.min(Number(button.dataset.offset), editor.state.doc.length);
  editor.dispatch({ selection: { anchor }, scrollIntoView: true });
  editor.focus();
});
