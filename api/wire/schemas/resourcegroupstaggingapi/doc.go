// Package resourcegroupstaggingapi holds the constraints of the public model of
// the Resource Groups Tagging API, which the SDK's types do not tell.
//
// The tables are written by tools/genschema (see package schemas) and never
// change while the program runs.
package resourcegroupstaggingapi
