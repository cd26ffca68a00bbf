// Package wire reads requests and writes answers in the five dialects that AWS
// services speak: Query/XML, EC2 Query, JSON 1.0 and 1.1, Smithy RPC v2 CBOR
// and REST-JSON. The codecs walk smithy schemas; they know no operation.
//
// Start from Protocol: Decode fills an SDK input struct from a Request, Encode
// and EncodeError make a Response. Inside, a shape joins a schema with the Go
// type of its values; a reader fills shapes from a source (one per dialect), a
// writer walks them into a sink (one per dialect). A new dialect is a source
// and a sink.
//
// Everything that a client may send is bounded before memory is taken for it
// (depth, counts, lengths); bad input is a fault of kind Malformed or TooLarge
// that names the member, never a panic. All functions are safe for concurrent
// use. A Service must not be copied nor changed once it is in use: it keeps
// the shapes that were built for it.
//
// Validation of values (required members, lengths, ranges, enumerations) is
// not wire's: an absent member stays nil, any text is an enumeration value.
// Package constraint checks what the models tell, package schemas holds what
// the SDK's modules do not.
package wire
