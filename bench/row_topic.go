package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"golang.org/x/sync/errgroup"
)

// measureTopics publishes to topics with a few and with many subscribers; each
// delivery is on disk before the publisher is answered.
func measureTopics(ctx context.Context, b *bench) (figures []figure, err error) {
	r, err := b.startRouter(ctx, "topics")
	if err != nil {
		return nil, err
	}
	defer r.kill()
	defer r.caller.close()
	for _, subscribers := range []int{1, 10, 100} {
		f, err := b.publishToQueues(ctx, r, subscribers)
		if err != nil {
			return nil, fmt.Errorf("to %d queues: %w", subscribers, err)
		}
		figures = append(figures, f)
	}
	for _, subscribers := range []int{1, 10, 100} {
		f, err := b.publishOverHTTP(ctx, r, subscribers)
		if err != nil {
			return nil, fmt.Errorf("to %d endpoints: %w", subscribers, err)
		}
		figures = append(figures, f)
	}
	return figures, nil
}

// publications is how often is published, so that a topic of many subscribers
// takes about as long as one of few.
func (b *bench) publications(subscribers int) int { return max(b.scaled(5000)/subscribers, 10) }

func (b *bench) publishToQueues(ctx context.Context, r *router, subscribers int) (figure, error) {
	name := fmt.Sprintf("queues-%d", subscribers)
	topic, err := r.topic(ctx, name)
	if err != nil {
		return figure{}, err
	}
	urls := make([]string, subscribers)
	for i := range urls {
		url, arn, err := r.queue(ctx, fmt.Sprintf("%s-%d", name, i))
		if err != nil {
			return figure{}, err
		}
		in := &sns.SubscribeInput{TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: &arn, Attributes: map[string]string{"RawMessageDelivery": "true"}}
		if _, err := r.topics.Subscribe(ctx, in); err != nil {
			return figure{}, err
		}
		urls[i] = url
	}
	n := b.publications(subscribers)
	return b.published(ctx, r, topic, n, subscribers, "queues", func() error {
		for _, url := range urls {
			if err := r.filled(ctx, url, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// publishOverHTTP has one program stand for all subscribers, each under a path
// of its own.
func (b *bench) publishOverHTTP(ctx context.Context, r *router, subscribers int) (f figure, err error) {
	n := b.publications(subscribers)
	t := newTally(n * subscribers)
	to, err := receive(func(_ http.ResponseWriter, req *http.Request) {
		place, placeErr := strconv.Atoi(strings.TrimPrefix(req.URL.Path, "/"))
		if body, err := io.ReadAll(req.Body); errors.Join(err, placeErr) == nil {
			t.takeFrom(place*n, body)
		}
	})
	if err != nil {
		return figure{}, err
	}
	defer func() { err = errors.Join(err, to.close()) }()
	urls := make([]string, subscribers)
	for i := range urls {
		urls[i] = to.url + "/" + strconv.Itoa(i)
	}
	topic, err := r.topic(ctx, fmt.Sprintf("http-%d", subscribers), urls...)
	if err != nil {
		return figure{}, err
	}
	return b.published(ctx, r, topic, n, subscribers, "HTTP endpoints", func() error { return t.wait(ctx) })
}

// published publishes over four connections and waits until all has arrived.
func (b *bench) published(ctx context.Context, r *router, topic string, n, subscribers int, what string, arrived func() error) (figure, error) {
	b.progress("topics: %d messages to %d %s each", n, subscribers, what)
	var answered, took time.Duration
	cpu, _, err := b.watch(ctx, r.server, "topics", func() error {
		begin := time.Now()
		if err := publish(ctx, r, topic, n); err != nil {
			return err
		}
		answered = time.Since(begin)
		err := arrived()
		took = time.Since(begin)
		return err
	})
	of := fmt.Sprintf("publish to %d %s", subscribers, what)
	return perThousand(of, "messages", n, cpu, "", fmt.Sprintf("%s published/s and %s delivered/s on the wall",
		number(float64(n)/answered.Seconds()), number(float64(n*subscribers)/took.Seconds()))), err
}

func publish(ctx context.Context, r *router, topic string, n int) error {
	const over = 4
	g, ctx := errgroup.WithContext(ctx)
	for first := range over {
		g.Go(func() error {
			for i := first; i < n; i += over {
				in := &sns.PublishInput{TopicArn: &topic, Message: aws.String(fmt.Sprintf(`{"n":%d,"at":%d,"x":1}`, i, time.Now().UnixNano()))}
				if _, err := r.topics.Publish(ctx, in); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}
