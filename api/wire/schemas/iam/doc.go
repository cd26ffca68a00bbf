// Package iam holds what the wire needs of IAM's public model and the SDK's
// types do not tell: the member order of answers in XML.
//
// The tables are written by tools/genschema (see package schemas) and never
// change while the program runs.
package iam
