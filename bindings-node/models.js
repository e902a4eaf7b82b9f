"use strict";

module.exports = require("./lib/models");
