package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"
)

// received is the part of a ReceiveMessage's answer that a consumer needs.
type received struct {
	Messages []struct{ Body, ReceiptHandle string }
}

// consume receives and deletes the messages of a queue until all of the tally
// have arrived. A consumer waits for messages for some seconds.
func (r *router) consume(ctx context.Context, url string, consumers, seconds int, t *tally) error {
	g, ctx := errgroup.WithContext(ctx)
	for range consumers {
		g.Go(func() error {
			for {
				if n, err := t.count(); err != nil || n >= len(t.times) {
					return err
				}
				if err := r.consumeSome(ctx, url, seconds, t); err != nil {
					return err
				}
			}
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return t.once()
}

func (r *router) consumeSome(ctx context.Context, url string, seconds int, t *tally) error {
	_, err := r.takeSome(ctx, url, seconds, t.take)
	return err
}

// takeSome receives some messages, hands on their bodies and deletes them; it
// tells how many there were.
func (r *router) takeSome(ctx context.Context, url string, seconds int, hand func([]byte)) (int, error) {
	answer, err := r.caller.queue(ctx, "ReceiveMessage", fmt.Appendf(nil, `{"QueueUrl":%q,"MaxNumberOfMessages":10,"WaitTimeSeconds":%d}`, url, seconds))
	if err != nil {
		return 0, err
	}
	var got received
	if err := json.Unmarshal(answer, &got); err != nil || len(got.Messages) == 0 {
		return 0, err
	}
	body := fmt.Appendf(nil, `{"QueueUrl":%q,"Entries":[`, url)
	for i, m := range got.Messages {
		hand([]byte(m.Body))
		if i > 0 {
			body = append(body, ',')
		}
		body = fmt.Appendf(body, `{"Id":"%d","ReceiptHandle":%q}`, i, m.ReceiptHandle)
	}
	_, err = r.caller.queue(ctx, "DeleteMessageBatch", append(body, "]}"...))
	return len(got.Messages), err
}

// filled returns once a queue holds n messages.
func (r *router) filled(ctx context.Context, url string, n int) error {
	return poll(ctx, func() (bool, error) {
		a, err := r.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: aws.String(url), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameApproximateNumberOfMessages},
		})
		if err != nil {
			return false, err
		}
		have, err := strconv.Atoi(a.Attributes["ApproximateNumberOfMessages"])
		if have > n {
			err = fmt.Errorf("%d messages of %d events", have, n)
		}
		return have == n, err
	})
}
