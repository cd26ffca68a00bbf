// Package kinesis holds the constraints of Kinesis Data Streams' public model,
// which the SDK's types do not tell.
//
// The tables are written by tools/genschema (see package schemas) and never
// change while the program runs.
package kinesis
