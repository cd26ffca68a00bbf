package kill_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

// note is a message as its publisher calls it.
type note struct {
	Writer, Number int
	Odd, Run       string // attributes: odd or even; yes for those that run a function
	Fifo           bool
}

func noteOf(round, writer, n int) note {
	m := note{Writer: round*writers + writer, Number: n, Odd: "even", Run: "no", Fifo: n%3 == 2}
	if n%2 == 1 {
		m.Odd = "odd"
	}
	if n%16 == 0 {
		m.Run = "yes"
	}
	return m
}

func (n note) String() string { return fmt.Sprintf(`{"name":"%d-%d"}`, n.Writer, n.Number) }

// TestKillTopics kills the server while messages are published, and again while
// they are delivered: each message that was accepted reaches each subscriber whose
// filter lets it through and no other; queues, and the dead-letter queue of an
// endpoint that refuses all, once, http endpoints and functions at least once,
// those of a FIFO topic once and in their order.
func TestKillTopics(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	random := rand.New(rand.NewPCG(seed, 3))
	n := 1
	if os.Getenv("SKYWATCH_KILL_ROUNDS") != "" {
		n = rounds(t)
	}
	h := &topicHouse{dir: filepath.Join(t.TempDir(), "data"), came: map[string]map[string]int{}}
	h.listen(t)
	for round := range n {
		srv := h.start(t)
		if round == 0 {
			h.furnish(t)
		}
		h.publishUntilKilled(srv, round, time.Duration(100+random.IntN(300))*time.Millisecond)
		srv = h.start(t) // and once more while it delivers what is left
		time.AfterFunc(time.Duration(random.IntN(60))*time.Millisecond, srv.kill)
		srv.wait()
		srv = h.start(t)
		h.settle(t)
		h.verify(t)
		srv.kill()
		srv.wait()
		if t.Failed() {
			t.Fatalf("SKYWATCH_SEED=%d, round %d", seed, round)
		}
	}
	if len(h.accepted) == 0 || len(h.came["dead"]) == 0 {
		t.Fatal("nothing was accepted, so nothing was tested")
	}
	t.Logf("%d rounds of kill -9, %d accepted messages (SKYWATCH_SEED=%d)", 2*n, len(h.accepted), seed)
}

// publishUntilKilled has writers publish, and kills the server a while after the
// first answer.
func (h *topicHouse) publishUntilKilled(srv *lifeOf, round int, after time.Duration) {
	var all sync.WaitGroup
	var first sync.Once
	for w := range writers {
		all.Go(func() {
			for n := 0; h.publish(noteOf(round, w, n)); n++ {
				first.Do(func() { time.AfterFunc(after, srv.kill) })
			}
		})
	}
	srv.wait()
	all.Wait()
}

// publish sends one message; it reports whether there may be another.
func (h *topicHouse) publish(m note) bool {
	in := &sns.PublishInput{TopicArn: &h.topic, Message: aws.String(m.String()), MessageAttributes: map[string]types.MessageAttributeValue{
		"odd": {DataType: aws.String("String"), StringValue: aws.String(m.Odd)}, "run": {DataType: aws.String("String"), StringValue: aws.String(m.Run)},
	}}
	if m.Fifo {
		in.TopicArn, in.MessageGroupId, in.MessageDeduplicationId = &h.fifo, aws.String(strconv.Itoa(m.Writer)), aws.String(fmt.Sprintf("%d-%d", m.Writer, m.Number))
	}
	_, err := h.topics.Publish(context.Background(), in)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.unknown = append(h.unknown, m)
		return false
	}
	h.accepted = append(h.accepted, m)
	return true
}

// verify holds what has arrived against what was promised.
func (h *topicHouse) verify(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for place, s := range h.subscribers {
		left := maps.Clone(h.came[place])
		for _, m := range h.accepted {
			if !s.wants(m) {
				continue
			}
			if n := left[m.String()]; n == 0 || s.once && n > 1 {
				t.Errorf("%s: %s was accepted and came %d times", place, m, n)
			}
			delete(left, m.String())
		}
		for _, m := range h.unknown { // it came to all or to none
			if !s.wants(m) {
				continue
			}
			if n, all := left[m.String()], h.came["all"][m.String()]; s.once && n > 1 || !m.Fifo && (n > 0) != (all > 0) {
				t.Errorf("%s: %s, of unknown outcome, came %d times, and to the first queue %d times", place, m, n, all)
			}
			delete(left, m.String())
		}
		for name, n := range left {
			t.Errorf("%s: %s came %d times, which its filter does not let through", place, name, n)
		}
	}
	for _, w := range h.wrong {
		t.Error(w)
	}
}
