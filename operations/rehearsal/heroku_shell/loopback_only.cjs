// Loaded into every Node process of the shell's `heroku`: no connection and no look-up of a name leaves this machine.
"use strict";

const dns = require("node:dns");
const net = require("node:net");

const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1", "[::1]"]);

function refusal(host) {
  const error = new Error(
    `This command asks ${host}, outside of this machine. In this shell heroku speaks to local Heroku only, so it was refused.`,
  );
  error.code = "ENOTLOCAL";
  return error;
}

function hostOf(options) {
  const first = Array.isArray(options[0]) ? options[0][0] : options[0];
  if (first !== null && typeof first === "object") {
    return first.path ? undefined : first.host ?? "localhost";
  }
  if (typeof first === "string" && !/^\d+$/.test(first)) return undefined; // a local socket's path
  const second = Array.isArray(options[0]) ? options[0][1] : options[1];
  return typeof second === "string" ? second : "localhost";
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function guarded(...options) {
  const host = hostOf(options);
  if (host !== undefined && !LOOPBACK.has(host)) {
    process.nextTick(() => this.destroy(refusal(host)));
    return this;
  }
  return connect.apply(this, options);
};

const lookup = dns.lookup;
dns.lookup = function guarded(host, options, callback) {
  if (LOOPBACK.has(host) || net.isIP(host)) return lookup.call(this, host, options, callback);
  const done = typeof options === "function" ? options : callback;
  process.nextTick(done, refusal(host));
  return undefined;
};
