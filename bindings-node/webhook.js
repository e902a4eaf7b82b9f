"use strict";

module.exports = require("./lib/webhook");
