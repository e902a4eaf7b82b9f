"use strict";

const { SandboxError, findProgram } = require("./lib/program");

exports.Sandbox = require("./lib/sandbox").Sandbox;
exports.SandboxError = SandboxError;
exports.findProgram = findProgram;
