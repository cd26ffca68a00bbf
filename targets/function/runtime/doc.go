// Package runtime runs functions as local processes that speak the Lambda
// Runtime API.
//
// Start from New and Runner.Run. A Spec says which code runs and how, a Call
// is one invocation of it, a Result its end, as AWS would tell it. A process
// with its Runtime API is an environment: it takes one call at a time, is kept
// warm after it, and ends with its whole process group. "provided" runtimes
// are the function's own bootstrap; python3 and nodejs go through bootstraps
// of ours where the interpreter is on PATH.
//
// Promises: the number of environments is bounded; a call ends by its
// deadline; a function gets nothing of the server's environment and no open
// file of it; nothing outlives Close, and as far as the system allows nothing
// outlives a killed server. What separates functions from the rest of the
// machine is told by Runner.Isolation and in docs/functions-isolation.md. It is less
// than a sandbox: run code of people you trust.
//
// Left to others: what functions exist, where their code is unpacked, who may
// call them, reserved concurrency, retries, and where log lines are kept.
package runtime
