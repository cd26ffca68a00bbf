package wire

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"skywatch/internal/fault"
)

// problem is a request that cannot be read. It gathers the path of the member
// at fault on its way up.
type problem struct {
	kind fault.Kind
	text string
	// path is innermost first.
	path []string
}

func (p *problem) Error() string { return p.text }

func malformed(format string, args ...any) error {
	return &problem{kind: fault.Malformed, text: fmt.Sprintf(format, args...)}
}

// within adds the enclosing member to err's path.
func within(err error, name string) error {
	if p, ok := err.(*problem); ok {
		p.path = append(p.path, name)
	}
	return err
}

// toFault turns a problem into what callers see; other errors are ours.
func toFault(err error) error {
	var p *problem
	if !errors.As(err, &p) {
		return err
	}
	slices.Reverse(p.path)
	param := strings.Join(p.path, ".")
	if param == "" {
		return &fault.Error{Kind: p.kind, Message: upperFirst(p.text) + "."}
	}
	return &fault.Error{Kind: p.kind, Param: param, Message: fmt.Sprintf("Could not read %s: %s.", param, p.text)}
}
