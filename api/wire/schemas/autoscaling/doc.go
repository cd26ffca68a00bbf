// Package autoscaling holds what the wire needs of Auto Scaling's public model
// and the SDK's types do not tell: the member order of answers in XML, and the
// constraints that make a ValidationError.
//
// The tables are written by tools/genschema (see package schemas) and never
// change while the program runs.
package autoscaling
