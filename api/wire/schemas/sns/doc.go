// Package sns holds what the wire needs of SNS's public model and the SDK's
// types do not tell: whole schemas of the operations that
// we offer, since the SDK's module carries none, and the member order of
// answers in XML.
//
// The tables are written by tools/genschema (see package schemas) and never
// change while the program runs.
package sns
