// Package lambda holds what the wire needs of Lambda's public model and the
// SDK's types do not tell: the constraints that make a validation error.
//
// The tables are written by tools/genschema (see package schemas) and never
// change while the program runs.
package lambda
