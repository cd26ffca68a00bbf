package wire

import "skywatch/internal/fault"

// Bounds on what a request may make us build. The dispatcher bounds the body
// itself; these keep a small body from unfolding into a large value.
const (
	// maxDepth bounds nesting. The deepest modelled input (EventBridge's
	// PutTargets) has six levels.
	maxDepth = 64
	// maxValueBytes bounds the memory of list elements, map entries and form
	// nodes of one request: a body of 10 MB of "{}," would otherwise become
	// gigabytes of structs. The largest legal request, PutMetricData with
	// 1000 data of 150 values, needs under 5 MB.
	maxValueBytes = 64 << 20
	// mapEntryBytes is what Go's map adds to an entry, about.
	mapEntryBytes = 48
)

// budget counts down the memory that a request may take.
type budget struct{ used int }

func (b *budget) charge(bytes int) error {
	if b.used += bytes; b.used > maxValueBytes {
		return &problem{kind: fault.TooLarge, text: "the request holds too many elements"}
	}
	return nil
}
