/**
 * All that a browser runs on the developer's page: every second it fetches the page and takes over the parts that
 * change, and it copies. Without it the page shows the same when it is loaded again.
 */
export const DEVELOPER_SCRIPT = `
const status = document.getElementById('status');
const show = (isUp) => {
  const words = isUp ? 'Live' : 'No answer: the mock has ended';
  if (status.textContent === words) return; // a screen reader would say it again
  status.hidden = false;
  status.textContent = words;
  status.classList.toggle('down', !isUp);
};
async function refresh() {
  const answer = await fetch('/');
  if (!answer.ok) throw new Error(answer.status);
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of document.querySelectorAll('.live')) {
    const fresh = next.getElementById(part.id);
    if (part.innerHTML !== fresh.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
}
async function watch() {
  if (!document.hidden) await refresh().then(() => show(true), () => show(false));
  setTimeout(watch, 1000);
}
watch();
for (const button of document.querySelectorAll('[data-copies]')) {
  button.hidden = !navigator.clipboard;
  button.onclick = async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  };
}
`;
