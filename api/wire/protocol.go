package wire

import (
	"net/http"
	"net/url"

	"github.com/aws/smithy-go"
)

// Protocol is one dialect.
type Protocol uint8

// The dialects.
const (
	Query Protocol = iota + 1
	EC2Query
	JSON10
	JSON11
	CBOR
	RESTJSON
)

// Service is what the codecs need to know of a service.
type Service struct {
	// SigningName is the service in the SigV4 credential scope ("monitoring").
	SigningName string
	// TargetPrefix precedes the operation in X-Amz-Target and in the CBOR path
	// ("GraniteServiceVersion20100801").
	TargetPrefix string
	// Version is the API version in Query's Version parameter.
	Version string
	// XMLNamespace is the xmlns of Query answers.
	XMLNamespace string
	// ShapeNamespace precedes '#' in the __type of modelled errors
	// ("com.amazonaws.cloudwatch.v2010_08_01").
	ShapeNamespace string
	// QueryCompatible services answer x-amzn-query-error to clients that send
	// x-amzn-query-mode.
	QueryCompatible bool
	// EC2 says that the service speaks EC2 Query where others speak Query.
	EC2 bool
	// MemberOrder gives the order of a structure's members in XML, by shape
	// name; a shape that is not in it is written in alphabetical order.
	MemberOrder map[string][]string
	// Unions holds one value of every union member struct of the service
	// (&types.EvaluationCriteriaMemberPromQLCriteria{}): Go cannot list the
	// types that satisfy an interface, and the codecs must make them.
	Unions []any

	shapes shapes
}

// Operation is one operation of a service.
type Operation struct {
	Service *Service
	Name    string
	// Input and Output are nil where the model has no such shape.
	Input, Output *smithy.Schema
	// Status is the HTTP status of success in REST-JSON, if it is not 200.
	Status int
}

// Request is an undecoded request, its body decompressed.
type Request struct {
	Method string
	// Labels are the values of the path's {labels}, unescaped (REST-JSON).
	Labels map[string]string
	// Form holds the query string's parameters.
	Form   url.Values
	Header http.Header
	Body   []byte
}

// Response is an encoded answer.
type Response struct {
	Status int
	// Header holds Content-Type and what else the dialect asks for; the
	// dispatcher adds x-amzn-RequestId.
	Header http.Header
	Body   []byte
}

// Error is an error as the client reads it.
type Error struct {
	// Code is the Query code ("InvalidParameterValue").
	Code string
	// Type is the whole __type of JSON and CBOR
	// ("com.amazon.coral.service#InvalidParameterValueException").
	Type string
	// Status is the HTTP status.
	Status int
	// Message is omitted when empty.
	Message string
	// MessageKey is the JSON key of the message: "message", or "Message" for
	// the shapes whose model says so.
	MessageKey string
	// Sender says whose fault it is: the client's, or ours.
	Sender bool
	// Details is an SDK error struct with further members, or nil; Schema
	// describes it.
	Details any
	Schema  *smithy.Schema
}

// String returns the name of the dialect in tests and logs.
func (p Protocol) String() string {
	switch p {
	case Query:
		return "query"
	case EC2Query:
		return "ec2query"
	case JSON10:
		return "json1.0"
	case JSON11:
		return "json1.1"
	case CBOR:
		return "cbor"
	case RESTJSON:
		return "restjson"
	}
	return "unknown"
}
