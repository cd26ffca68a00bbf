package kill_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

const (
	busARN = "arn:aws:events:us-east-1:000000000000:event-bus/default"
	// replayQueue gets what is replayed, by replayRule alone.
	replayQueue = "replay"
	replayRule  = "replay"
	archiveName = "kill"
)

// archive keeps all events of the default bus that are put.
func (h *eventHouse) archive(t *testing.T) {
	t.Helper()
	must(t)(h.events.CreateArchive(t.Context(), &eventbridge.CreateArchiveInput{
		ArchiveName: aws.String(archiveName), EventSourceArn: aws.String(busARN), EventPattern: aws.String(`{"source":["kill"]}`),
	}))
	h.rule(t, "default", replayRule, types.Target{Id: aws.String("q"), Arn: aws.String(queueARN(replayQueue))})
}

func replayName(round int) string { return fmt.Sprintf("kill-%d", round) }

// replay begins to put on the bus again what was put since begun.
func (h *eventHouse) replay(t *testing.T, round int, begun time.Time) {
	t.Helper()
	must(t)(h.events.StartReplay(t.Context(), &eventbridge.StartReplayInput{
		ReplayName: aws.String(replayName(round)), EventSourceArn: aws.String("arn:aws:events:us-east-1:000000000000:archive/" + archiveName),
		EventStartTime: &begun, EventEndTime: aws.Time(time.Now()),
		Destination: &types.ReplayDestination{Arn: aws.String(busARN), FilterArns: []string{"arn:aws:events:us-east-1:000000000000:rule/" + replayRule}},
	}))
}

// replayed returns once the replay is over and what it sent has been received.
func (h *eventHouse) replayed(t *testing.T, round int) {
	t.Helper()
	within(t, "the replay is not over", func() bool {
		out := must(t)(h.events.DescribeReplay(t.Context(), &eventbridge.DescribeReplayInput{ReplayName: aws.String(replayName(round))})).(*eventbridge.DescribeReplayOutput)
		if out.State == types.ReplayStateFailed {
			t.Fatalf("the replay failed: %s", *out.StateReason)
		}
		return out.State == types.ReplayStateCompleted
	})
	within(t, "what was replayed has not come", func() bool { return h.drained(t, replayQueue) })
}

// verifyReplay holds that the archive has every event that came, and that the
// replay brought those of its round once.
func (h *eventHouse) verifyReplay(t *testing.T, round int) {
	t.Helper()
	came := h.seen[eventQueues[1]] // that this is right has been seen
	out := must(t)(h.events.DescribeArchive(t.Context(), &eventbridge.DescribeArchiveInput{ArchiveName: aws.String(archiveName)})).(*eventbridge.DescribeArchiveOutput)
	if int(out.EventCount) != len(came) {
		t.Errorf("the archive has %d events of %d", out.EventCount, len(came))
	}
	again := h.seen[replayQueue]
	for name := range came {
		if strings.HasPrefix(name, fmt.Sprintf("%d-", round)) && len(again[name]) == 0 {
			t.Errorf("%s was not replayed", name)
		}
	}
	for name, messages := range again {
		// One of the round before may lie in the second in which this began.
		if len(messages) > 1 && strings.HasPrefix(name, fmt.Sprintf("%d-", round)) {
			t.Errorf("%s was replayed %d times", name, len(messages))
		}
		if len(came[name]) == 0 {
			t.Errorf("%s was replayed, but never put", name)
		}
	}
}
