// Package cloudwatch holds what the wire needs of CloudWatch's public model and the SDK's
// types do not tell: the member order of answers in XML, the constraints that
// make a ValidationError, and the union structs, which Go cannot list.
//
// The tables are written by tools/genschema (see package schemas) and never
// change while the program runs.
package cloudwatch
