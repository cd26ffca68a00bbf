// Package oam holds what the wire needs of the public model of CloudWatch's
// Observability Access Manager and the SDK's types do not tell: schemas of the
// operations and their routes, since the SDK's module carries none, and the
// constraints.
//
// The tables are written by tools/genschema (see package schemas) and never
// change while the program runs.
package oam
