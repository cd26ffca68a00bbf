package topic_test

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// What the feedback family says by default is no change, as Terraform sends it;
// anything else is refused by name.
func TestFeedbackAttributes(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	for value, want := range map[string]string{
		"0": "", "": "", "50": "The topic attribute SQSSuccessFeedbackSampleRate is not supported by this version of Skywatch.",
	} {
		if got := told(r.topics.SetAttribute(t.Context(), n, "SQSSuccessFeedbackSampleRate", value)); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
	if told(r.topics.SetAttribute(t.Context(), n, "SQSFailureFeedbackRoleArn", "0")) == "" {
		t.Error("a role is taken")
	}
}
