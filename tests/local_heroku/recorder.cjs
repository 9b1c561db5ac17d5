// Loaded before the shell's guard: writes down every connection and look-up that gets past it, where the kernel is next.
"use strict";

const dns = require("node:dns");
const fs = require("node:fs");

const note = (text) => fs.appendFileSync(process.env.RECORDER_FILE, `${text}\n`);
const { TCP } = process.binding("tcp_wrap");
for (const name of ["connect", "connect6"]) {
  const real = TCP.prototype[name];
  TCP.prototype[name] = function recorded(request, address, ...rest) {
    note(`connect ${address}`);
    return real.call(this, request, address, ...rest);
  };
}
const lookup = dns.lookup;
dns.lookup = function recorded(host, ...rest) {
  note(`look up ${host}`);
  return lookup.call(this, host, ...rest);
};
