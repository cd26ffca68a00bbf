package conformance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	gocmp "github.com/google/go-cmp/cmp"
)

const (
	busARN     = "arn:aws:events:us-east-1:" + account + ":event-bus/default"
	archiveARN = "arn:aws:events:us-east-1:" + account + ":archive/"
)

// archived waits until an archive holds so many events.
func (r router) archived(t *testing.T, name string, events int64) *eventbridge.DescribeArchiveOutput {
	t.Helper()
	var out *eventbridge.DescribeArchiveOutput
	eventually(t, 20*time.Second, "archived", func() bool {
		var err error
		if out, err = r.DescribeArchive(t.Context(), &eventbridge.DescribeArchiveInput{ArchiveName: &name}); err != nil {
			t.Fatal(err)
		}
		return out.EventCount == events
	})
	return out
}

// over waits for the end of a replay.
func (r router) over(t *testing.T, name string, want types.ReplayState) *eventbridge.DescribeReplayOutput {
	t.Helper()
	var out *eventbridge.DescribeReplayOutput
	eventually(t, 20*time.Second, string(want), func() bool {
		var err error
		if out, err = r.DescribeReplay(t.Context(), &eventbridge.DescribeReplayInput{ReplayName: &name}); err != nil {
			t.Fatal(err)
		}
		return out.State == want
	})
	return out
}

// all takes n messages from a queue.
func (r router) all(t *testing.T, url string, n int) (bodies []string) {
	t.Helper()
	for len(bodies) < n {
		out, err := r.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20, MaxNumberOfMessages: 10})
		if err != nil || len(out.Messages) == 0 {
			t.Fatalf("%d of %d messages, %v", len(bodies), n, err)
		}
		for _, m := range out.Messages {
			bodies = append(bodies, *m.Body)
			if _, err := r.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return bodies
}

// TestArchives shows every operation on archives and replays.
func TestArchives(t *testing.T) {
	t.Parallel()
	r, ctx := newRouter(start(t)), t.Context()
	url, queue := r.queue(t, "q")
	otherURL, otherQueue := r.queue(t, "other")
	r.rule(t, "default", "mine", `{"replay-name":[{"exists":true}]}`, types.Target{Id: aws.String("q"), Arn: &queue})
	r.rule(t, "default", "other", `{"replay-name":["again"]}`, types.Target{Id: aws.String("q"), Arn: &otherQueue})

	made, err := r.CreateArchive(ctx, &eventbridge.CreateArchiveInput{
		ArchiveName: aws.String("orders"), EventSourceArn: aws.String(busARN), Description: aws.String("all orders"),
		EventPattern: aws.String(`{"source":["shop"]}`), RetentionDays: aws.Int32(0),
	})
	if err != nil || *made.ArchiveArn != archiveARN+"orders" || made.State != types.ArchiveStateEnabled || made.CreationTime == nil {
		t.Fatalf("%+v %v", made, err)
	}
	at := time.Date(2026, 5, 20, 11, 4, 5, 0, time.UTC)
	put := func(source string, minute int) {
		if r.put(t, types.PutEventsRequestEntry{
			Source: &source, DetailType: aws.String("order"), Detail: aws.String(`{"total":12.50,"note":"<a & b>"}`), Time: aws.Time(at.Add(time.Duration(minute) * time.Minute)),
		}) != 0 {
			t.Fatal("refused")
		}
	}
	put("shop", 0)
	put("shop", 10)
	put("shop", 20)
	put("elsewhere", 10)
	described := r.archived(t, "orders", 3)
	if *described.EventSourceArn != busARN || *described.Description != "all orders" || *described.EventPattern != `{"source":["shop"]}` ||
		*described.RetentionDays != 0 || described.SizeBytes < 600 || !described.CreationTime.Equal(*made.CreationTime) {
		t.Errorf("%+v", described)
	}
	updated, err := r.UpdateArchive(ctx, &eventbridge.UpdateArchiveInput{ArchiveName: aws.String("orders"), Description: aws.String("d")})
	if err != nil || *updated.ArchiveArn != archiveARN+"orders" || updated.State != types.ArchiveStateEnabled {
		t.Errorf("%+v %v", updated, err)
	}
	rule, err := r.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String("Events-Archive-orders")})
	if err != nil || *rule.ManagedBy != "prod.vhs.events.aws.internal" {
		t.Errorf("%+v %v", rule, err)
	}
	_, err = r.DisableRule(ctx, &eventbridge.DisableRuleInput{Name: rule.Name})
	refused(t, "managed rule", err, "ManagedRuleException", "Rule Events-Archive-orders was created by an AWS service")

	started, err := r.StartReplay(ctx, &eventbridge.StartReplayInput{
		ReplayName: aws.String("again"), Description: aws.String("once more"), EventSourceArn: made.ArchiveArn,
		EventStartTime: aws.Time(at), EventEndTime: aws.Time(at.Add(10 * time.Minute)),
		Destination: &types.ReplayDestination{Arn: aws.String(busARN), FilterArns: []string{"arn:aws:events:us-east-1:" + account + ":rule/mine"}},
	})
	if err != nil || *started.ReplayArn != "arn:aws:events:us-east-1:"+account+":replay/again" || started.State != types.ReplayStateStarting || started.ReplayStartTime == nil {
		t.Fatalf("%+v %v", started, err)
	}
	done := r.over(t, "again", types.ReplayStateCompleted)
	if !done.EventLastReplayedTime.Equal(at.Add(10*time.Minute)) || *done.Description != "once more" || *done.EventSourceArn != *made.ArchiveArn ||
		!done.EventStartTime.Equal(at) || !done.EventEndTime.Equal(at.Add(10*time.Minute)) || *done.Destination.Arn != busARN ||
		len(done.Destination.FilterArns) != 1 || done.ReplayEndTime.Before(*done.ReplayStartTime) || *done.ReplayArn != *started.ReplayArn {
		t.Errorf("%+v", done)
	}
	for _, body := range r.all(t, url, 2) {
		if !strings.HasSuffix(body, `"detail":{"total":12.50,"note":"<a & b>"},"replay-name":"again"}`) {
			t.Error(body)
		}
	}
	r.empty(t, otherURL)
	r.archived(t, "orders", 3)
	listReplays(t, r, *made.ArchiveArn)
	refusedArchives(t, r, *made.ArchiveArn)

	if _, err := r.DeleteArchive(ctx, &eventbridge.DeleteArchiveInput{ArchiveName: aws.String("orders")}); err != nil {
		t.Error(err)
	}
	_, err = r.DescribeArchive(ctx, &eventbridge.DescribeArchiveInput{ArchiveName: aws.String("orders")})
	refused(t, "deleted", err, "ResourceNotFoundException", "Archive orders does not exist.")
	_, err = r.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: rule.Name})
	refused(t, "rule", err, "ResourceNotFoundException", "Rule Events-Archive-orders does not exist on EventBus default.")
}

// empty holds that a queue has nothing now.
func (r router) empty(t *testing.T, url string) {
	t.Helper()
	if out, err := r.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url}); err != nil || len(out.Messages) > 0 {
		t.Errorf("%+v %v", out, err)
	}
}

// listReplays pages through archives and replays, and cancels one that is slow
// to begin with.
func listReplays(t *testing.T, r router, archive string) {
	t.Helper()
	ctx := t.Context()
	names := []string{"again"}
	for _, name := range []string{"b", "c"} {
		if _, err := r.StartReplay(ctx, &eventbridge.StartReplayInput{
			ReplayName: &name, EventSourceArn: &archive, EventStartTime: aws.Time(time.Unix(0, 0)), EventEndTime: aws.Time(time.Unix(1, 0)),
			Destination: &types.ReplayDestination{Arn: aws.String(busARN)},
		}); err != nil {
			t.Fatal(err)
		}
		r.over(t, name, types.ReplayStateCompleted)
		names = append(names, name)
	}
	var seen []string
	in := &eventbridge.ListReplaysInput{EventSourceArn: &archive, Limit: aws.Int32(2)}
	for in.NextToken = nil; ; {
		out, err := r.ListReplays(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range out.Replays {
			seen = append(seen, *p.ReplayName)
		}
		if in.NextToken = out.NextToken; out.NextToken == nil {
			break
		}
	}
	if diff := gocmp.Diff(names, seen); diff != "" {
		t.Errorf("replays (-want +got)\n%s", diff)
	}
	list, err := r.ListArchives(ctx, &eventbridge.ListArchivesInput{NamePrefix: aws.String("ord")})
	if err != nil || len(list.Archives) != 1 || *list.Archives[0].ArchiveName != "orders" || list.Archives[0].EventCount != 3 {
		t.Errorf("%+v %v", list, err)
	}
	_, err = r.CancelReplay(ctx, &eventbridge.CancelReplayInput{ReplayName: aws.String("b")})
	refused(t, "cancel", err, "IllegalStatusException", "Replay b is not in a valid state for this operation.")
}

func refusedArchives(t *testing.T, r router, archive string) {
	t.Helper()
	ctx := t.Context()
	create := func(in eventbridge.CreateArchiveInput) error {
		if in.EventSourceArn == nil {
			in.EventSourceArn = aws.String(busARN)
		}
		_, err := r.CreateArchive(ctx, &in)
		return err
	}
	refused(t, "twice", create(eventbridge.CreateArchiveInput{ArchiveName: aws.String("orders")}), "ResourceAlreadyExistsException", "Archive orders already exists.")
	refused(t, "bus", create(eventbridge.CreateArchiveInput{ArchiveName: aws.String("x"), EventSourceArn: aws.String(busARN + "x")}), "ResourceNotFoundException", "Event bus defaultx does not exist.")
	refused(t, "pattern", create(eventbridge.CreateArchiveInput{ArchiveName: aws.String("x"), EventPattern: aws.String("{")}), "InvalidEventPatternException", "Event pattern is not valid. Reason: ")
	refused(t, "key", create(eventbridge.CreateArchiveInput{ArchiveName: aws.String("x"), KmsKeyIdentifier: aws.String("k")}), "ValidationException", "The parameter KmsKeyIdentifier is not supported")
	refused(t, "name", create(eventbridge.CreateArchiveInput{ArchiveName: aws.String(strings.Repeat("x", 49))}), "ValidationException", "1 validation error detected: Value '"+strings.Repeat("x", 49)+"' at 'archiveName' failed to satisfy constraint: Member must have length less than or equal to 48")
	_, err := r.UpdateArchive(ctx, &eventbridge.UpdateArchiveInput{ArchiveName: aws.String("orders")})
	refused(t, "update", err, "ValidationException", "At least one of EventPattern, RetentionDays or Description must be provided.")
	_, err = r.ListReplays(ctx, &eventbridge.ListReplaysInput{NamePrefix: aws.String("a"), State: types.ReplayStateRunning})
	refused(t, "filters", err, "ValidationException", "At most one filter is allowed for ListReplays.")
	start := func(name, archive string, end int64) error {
		_, err := r.StartReplay(ctx, &eventbridge.StartReplayInput{
			ReplayName: &name, EventSourceArn: &archive, EventStartTime: aws.Time(time.Unix(1, 0)), EventEndTime: aws.Time(time.Unix(end, 0)),
			Destination: &types.ReplayDestination{Arn: aws.String(busARN)},
		})
		return err
	}
	refused(t, "replay twice", start("again", archive, 2), "ResourceAlreadyExistsException", "Replay again already exists.")
	refused(t, "archive", start("x", archive+"x", 2), "ValidationException", "Parameter EventSourceArn is not valid. Reason: Archive ordersx does not exist.")
	refused(t, "times", start("x", archive, 1), "ValidationException", "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.")
	_, err = r.DescribeReplay(ctx, &eventbridge.DescribeReplayInput{ReplayName: aws.String("x")})
	refused(t, "replay", err, "ResourceNotFoundException", "Replay x does not exist.")
}

// TestSamplesReplayed holds that every sample event comes back from an archive
// as it was, with the name of the replay.
func TestSamplesReplayed(t *testing.T) {
	t.Parallel()
	r := newRouter(startWide(t))
	url, queue := r.queue(t, "q")
	if _, err := r.CreateArchive(t.Context(), &eventbridge.CreateArchiveInput{ArchiveName: aws.String("all"), EventSourceArn: aws.String(busARN)}); err != nil {
		t.Fatal(err)
	}
	r.rule(t, "default", "all", `{"account":["`+account+`"]}`, types.Target{Id: aws.String("q"), Arn: &queue})
	samples := readSamples(t)
	for _, s := range samples {
		if r.put(t, types.PutEventsRequestEntry{Time: &s.Time, Source: &s.Source, DetailType: &s.DetailType, Resources: s.Resources, Detail: aws.String(string(s.Detail))}) != 0 {
			t.Fatalf("refused: %s", s.text)
		}
	}
	was := map[string]bool{}
	for _, body := range r.all(t, url, len(samples)) {
		was[strings.TrimSuffix(body, "}")+`,"replay-name":"again"}`] = true
	}
	if _, err := r.StartReplay(t.Context(), &eventbridge.StartReplayInput{
		ReplayName: aws.String("again"), EventSourceArn: aws.String(archiveARN + "all"), EventStartTime: aws.Time(time.Unix(0, 0)),
		EventEndTime: aws.Time(time.Now().AddDate(10, 0, 0)), Destination: &types.ReplayDestination{Arn: aws.String(busARN)},
	}); err != nil {
		t.Fatal(err)
	}
	for _, body := range r.all(t, url, len(samples)) {
		if !was[body] {
			t.Errorf("came back changed: %s", body)
		}
		delete(was, body)
	}
	r.over(t, "again", types.ReplayStateCompleted)
}

// TestArchivesWithBoto3 holds what a Python program sees.
func TestArchivesWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/archives.py", start(t))
	want := parsed(t, `{
		"archive": ["arn:aws:events:eu-west-3:`+account+`:archive/orders", "ENABLED"],
		"described": {"EventCount": 2, "EventPattern": "{\"source\": [\"shop\"]}", "RetentionDays": 30, "State": "ENABLED"},
		"updated": ["ENABLED", 7],
		"rule": "prod.vhs.events.aws.internal",
		"listed": [["orders", 2, "ENABLED"]],
		"replay": ["arn:aws:events:eu-west-3:`+account+`:replay/again", "STARTING"],
		"done": {"State": "COMPLETED", "EventLastReplayedTime": "2026-05-20T11:04:06", "Destination": {"Arn": "arn:aws:events:eu-west-3:`+account+`:event-bus/default"}},
		"received": [["again", {"n": 1}], ["again", {"n": 2}]],
		"replays": [["again", "COMPLETED"]],
		"refusals": {
			"cancel": ["IllegalStatusException", "IllegalStatusException", "Replay again is not in a valid state for this operation.", 400],
			"twice": ["ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "Archive orders already exists.", 400],
			"managed": ["ManagedRuleException", "ManagedRuleException", "Rule Events-Archive-orders was created by an AWS service on behalf of your account. It is managed by that service.", 400],
			"gone": ["ResourceNotFoundException", "ResourceNotFoundException", "Archive orders does not exist.", 400]
		}
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

// TestArchivesWithCLI runs the commands of docs/archives.md.
func TestArchivesWithCLI(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	const destination = " --destination Arn=" + busARN
	a.seen(t, "events create-archive --archive-name orders --event-source-arn "+busARN+" --retention-days 30 --event-pattern", `{"source":["shop"]}`)
	a.seen(t, "events put-events --entries", `[{"Source":"shop","DetailType":"order","Detail":"{\"n\":1}"}]`)
	eventually(t, 20*time.Second, "archived", func() bool {
		return gocmp.Equal(a.seen(t, "events describe-archive --archive-name orders --query EventCount"), any(float64(1)))
	})
	a.seen(t, "events update-archive --archive-name orders --description all")
	a.seen(t, "events start-replay --replay-name again --event-source-arn "+archiveARN+"orders --event-start-time 2026-01-01T00:00:00Z --event-end-time 2100-01-01T00:00:00Z"+destination)
	eventually(t, 20*time.Second, "completed", func() bool {
		return a.seen(t, "events describe-replay --replay-name again --query State") == any("COMPLETED")
	})
	if _, errs, err := a.run(t, "events cancel-replay --replay-name again"); err == nil || !strings.Contains(errs, "(IllegalStatusException) when calling the CancelReplay operation") {
		t.Errorf("%v %s", err, errs)
	}
	for line, want := range map[string]any{
		"events list-replays --query Replays[].ReplayName":                      []any{"again"},
		"events list-archives --state ENABLED --query Archives[].RetentionDays": []any{float64(30)},
	} {
		if got := a.seen(t, line); !gocmp.Equal(want, got) {
			t.Errorf("%s: %v", line, got)
		}
	}
	a.seen(t, "events delete-archive --archive-name orders")
}
