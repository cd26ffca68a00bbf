// Package function keeps Lambda-like functions and invokes them.
//
// Start from Service, Name and Version. A function is a record in the catalog
// and a package of code in a directory beside it, named by its content; every
// call that answers without an error is durable. Invoke runs a function for a
// caller who waits; Enqueue, and Deliver for rules, topics and schedules, commit
// an invocation to the outbox in the transaction of its cause, and Send makes
// it. A Mapping invokes a function with what a Source holds, through a Worker;
// QueueSource is the one of queues. A URL is a function's address for HTTP.
//
// Promises: what was answered with 202 is run at least once, or its failure
// goes to the destination and the dead-letter queue that the function has, in
// the commit that ends the invocation. A function that fails is run again after
// one and two minutes. Invocations over a function's concurrency, or the
// machine's, are refused (Invoke) or wait in the outbox (Send), where functions
// take turns. A function that has run 16 times in one chain of causes does not
// run again in it, as far as the trace header is handed on. Memory is bounded by
// what runs at once.
//
// Left to others: processes and what confines them (targets/function/runtime,
// whose doc says what that is worth), HTTP (targets/function/web), retries and the log of deliveries
// (targets), AWS's shapes (api). Policies are kept and shown and not enforced:
// who may call this server at all may invoke.
package function
