const MESSAGES = new Map([
  ['refused', 'You did not log in, and nothing was shared.'],
  ['failed', 'The login did not succeed. Please try again.'],
]);
const [title, message, claims, logIn, logOut] = ['title', 'message', 'claims', 'log-in', 'log-out'].map(
  (id) => document.getElementById(id),
);

logIn.addEventListener('click', () => location.assign('/login'));
logOut.addEventListener('click', async () => {
  await fetch('/api/logout', { method: 'POST' });
  location.assign('/');
});

const answer = await fetch('/api/person');
const person = await answer.json();
if (person) showPerson(person);
else showLogin(new URLSearchParams(location.search).get('login'));

/** Text from outside becomes text of the page, and never HTML. */
function showPerson(person) {
  document.title = title.textContent = 'What sgID shared';
  message.textContent = 'You are logged in.';
  for (const [name, value] of Object.entries(person.claims)) {
    const [term, description] = ['dt', 'dd'].map((tag) => document.createElement(tag));
    term.textContent = name;
    description.textContent = typeof value === 'string' ? value : JSON.stringify(value);
    claims.append(term, description);
  }
  logOut.hidden = false;
}

function showLogin(outcome) {
  message.textContent = MESSAGES.get(outcome) ?? 'You are not logged in.';
  logIn.hidden = false;
}
