/* Accepts files that are dropped onto the form, and shows the result without loading the page, so that the chosen files are kept.
   The form works without this script too. */
const form = document.querySelector('.plan-form');
const chosen = form.querySelector('input[type="file"]');

function holdsFiles({ dataTransfer }) {
  return dataTransfer !== null && [...dataTransfer.types].includes('Files');
}

form.addEventListener('dragover', (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  form.dataset.dropping = '';
});
form.addEventListener('dragleave', (event) => {
  if (!form.contains(event.relatedTarget)) delete form.dataset.dropping;
});
form.addEventListener('drop', (event) => {
  delete form.dataset.dropping;
  if (!holdsFiles(event)) return;
  event.preventDefault();
  chosen.files = event.dataTransfer.files;
  form.requestSubmit();
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if ('busy' in form.dataset) return;
  form.dataset.busy = '';
  try {
    const response = await fetch(form.action, { method: 'POST', body: new FormData(form) });
    showAnswer(new DOMParser().parseFromString(await response.text(), 'text/html'));
  } catch {
    // The browser's own error page explains a network failure best.
    form.submit();
  } finally {
    delete form.dataset.busy;
  }
});

/** Copies the result and the error of the form from a page. Submits the form without script if the page contains neither. */
function showAnswer(page) {
  const result = page.querySelector('#plan-result');
  if (!result) return form.submit();
  document.querySelector('#plan-result').replaceChildren(...result.childNodes);
  form.querySelector('.notice')?.remove();
  const problem = page.querySelector('.plan-form .notice');
  if (problem) form.querySelector('input[name="token"]').after(problem);
  document.title = page.title;
  document.querySelector('#plan-answer')?.scrollIntoView({ block: 'nearest' });
}
