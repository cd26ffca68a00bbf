package forward

import (
	"net/http"
	"net/url"
)

// Call is one call of an operation.
type Call struct {
	// Service, Account and Region are those of the ARN that the call is about:
	// they choose the profile, and the service the protocol.
	Service, Account, Region string
	// Action is the operation, as AWS spells it.
	Action string
	// Form is the input of services of the Query protocols (SNS, EC2, Auto
	// Scaling), without Action and Version.
	Form url.Values
	// Input is that of services of the JSON protocols: what json.Marshal makes
	// the body of. Nil is an empty object.
	Input any
	// Method, Path, Query, Header and Body are the request for services of
	// REST, where Input stands for a Body of JSON.
	Method, Path string
	Query        url.Values
	Header       http.Header
	Body         []byte
	// Host is the host of services that have one for each resource
	// (execute-api); empty: the service's own of the region. A profile with path
	// style puts Resource before the path instead.
	Host, Resource string
}
