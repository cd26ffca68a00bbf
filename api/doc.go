// Package api is where AWS's operations meet the rooms: one file per group of
// operations turns an SDK input into a domain call and the result into an SDK
// output; Handler picks protocol, service and operation of a request, checks
// who asks, and answers.
//
// Start from Handler.ServeHTTP, Operation and errorTable. Pointers, optional
// members, wire types and HTTP end here: the rooms below see vocabulary only.
// Account and region of a Call come from the access key and the credential
// scope, never from a body.
package api
