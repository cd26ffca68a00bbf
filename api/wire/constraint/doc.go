// Package constraint checks SDK input structs against the constraints of a
// service model and words what it finds as AWS does.
//
// Start from Check, which walks an input along its schema, and Message, which
// makes the text of a ValidationError of what it returns. Tables are generated
// by tools/genschema. Which operations are checked, and what else makes an
// input invalid, is api's to decide.
package constraint
