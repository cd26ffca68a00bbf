package api

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/aws/smithy-go"

	"skywatch/api/wire"
)

var serviceTitles = map[*wire.Service]string{
	monitoring: "CloudWatch", events: "EventBridge", scheduling: "EventBridge Scheduler", functions: "Lambda", messaging: "SNS", queueing: "SQS", logging: "CloudWatch Logs", streaming: "Kinesis", scalingService: "Auto Scaling", appScaling: "Application Auto Scaling", tokens: "STS",
	users: "IAM", machines: "EC2", links: "CloudWatch Observability Access Manager", taggedThings: "Resource Groups Tagging API",
}

// WriteCompatibility writes docs/compatibility.md: every operation of every
// service, and what becomes of each member of its input.
func WriteCompatibility(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Compatibility\n\n" +
		"Generated from the table of operations by `make generate`; a test fails while a member of an offered operation is missing.\n\n" +
		"- **acts**: the member has the effect that AWS documents.\n" +
		"- **kept**: stored and returned as AWS does.\n" +
		"- **refused**: an error names the member (`ValidationError`).\n\n" +
		"An operation that is not offered is decoded and answered with its protocol's own unknown-operation error, status 400.\n")
	tables := Rooms{}.tables()
	for _, s := range all {
		fmt.Fprintf(&b, "\n## %s\n\n", serviceTitles[s])
		writeService(&b, tables[s])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeService(b *strings.Builder, ops map[string]*Operation) {
	var names, missing, off []string
	for name, op := range ops {
		if op.handle == nil {
			missing = append(missing, name)
		} else {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	sort.Strings(missing)
	for _, name := range names {
		op := ops[name]
		if len(op.graded(Unused)) > 0 {
			off = append(off, name)
			continue
		}
		fmt.Fprintf(b, "### %s\n\nShown by %s.\n\n", name, op.test)
		for _, grade := range []Support{Acts, Kept, Refused} {
			if members := op.graded(grade); len(members) > 0 {
				fmt.Fprintf(b, "- %s: %s\n", grade, strings.Join(members, ", "))
			}
		}
		b.WriteString("\n")
	}
	if len(off) > 0 {
		fmt.Fprintf(b, "Always refused, with the error that the service has for it: %s.\n\n", strings.Join(off, ", "))
	}
	if len(missing) > 0 {
		fmt.Fprintf(b, "Not offered: %s.\n", strings.Join(missing, ", "))
	}
}

func (op *Operation) graded(grade Support) []string {
	var out []string
	for member, s := range op.fields {
		if s == grade {
			out = append(out, "`"+member+"`")
		}
	}
	sort.Strings(out)
	return out
}

// members lists every member of a structure with dots, lists and maps seen
// through, as Fields names them.
func members(s *smithy.Schema, prefix string) []string {
	var out []string
	if s == nil {
		return nil
	}
	for name, m := range s.Members() {
		path := prefix + strings.ToUpper(name[:1]) + name[1:]
		out = append(out, path)
		inner := m
		for inner.Type() == smithy.ShapeTypeList {
			inner = inner.ListMember()
		}
		if inner.Type() == smithy.ShapeTypeStructure || inner.Type() == smithy.ShapeTypeUnion {
			out = append(out, members(inner, path+".")...)
		}
	}
	sort.Strings(out)
	return out
}
