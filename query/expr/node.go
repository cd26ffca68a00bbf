package expr

// node is a part of an expression.
type node interface {
	// check finds the kind of the node's value.
	check(c *checker) (Kind, error)
	// eval computes it; the node was checked.
	eval(r *run) (Value, error)
}

type (
	// constant is a number.
	constant struct{ value float64 }
	// text is a quoted text, an argument of some functions.
	text struct{ value string }
	// word is a bare upper-case word, an argument of some functions (ASC).
	word struct{ name string }
	// reference is the id of another query.
	reference struct{ id string }
	// negation is unary minus.
	negation struct{ of node }
	// binary is an operator between two parts.
	binary struct {
		op          *operation
		left, right node
	}
	// array is a list in brackets.
	array struct{ members []node }
	// call is a function with its arguments.
	call struct {
		function *function
		args     []node
	}
)

// walk calls fn for n and all its parts.
func walk(n node, fn func(node)) {
	fn(n)
	switch n := n.(type) {
	case *negation:
		walk(n.of, fn)
	case *binary:
		walk(n.left, fn)
		walk(n.right, fn)
	case *array:
		for _, m := range n.members {
			walk(m, fn)
		}
	case *call:
		for _, a := range n.args {
			walk(a, fn)
		}
	}
}
