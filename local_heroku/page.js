"use strict";
const [shown, state, button] = ["main", "[role=status]", "button"].map((found) => document.querySelector(found));
let source = null;

function follow() {
  source = new EventSource("/local/page");
  source.onmessage = (event) => {
    shown.innerHTML = event.data;
    state.textContent = "Live: each change is shown as it comes.";
  };
  source.onerror = () => {
    state.textContent = "Local Heroku does not answer. What you see may be old.";
  };
  button.textContent = "Pause";
}

function pause() {
  source.close();
  source = null;
  state.textContent = "Paused: what you see stays as it is.";
  button.textContent = "Resume";
}

button.hidden = false;
button.onclick = () => (source ? pause() : follow());
follow();
