// Package wire reads requests and writes answers in the five dialects that AWS
// services speak: Query/XML, EC2 Query, JSON 1.0 and 1.1, Smithy RPC v2 CBOR
// and REST-JSON. The codecs walk smithy schemas; they know no operation.
//
// Start from Protocol: Decode fills an SDK input struct from a Request, Encode
// and EncodeError make a Response. Everything that a client may send is
// bounded before memory is taken for it (depth, counts, lengths); bad input is
// a fault of kind Malformed, never a panic. All functions are safe for
// concurrent use.
//
// Validation of values (required members, lengths, ranges) is not wire's: an
// absent member stays nil.
package wire
