package queue

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Statuses of a MoveTask. SQS has CANCELLING too; ours is cancelled at once.
const (
	Running   = "RUNNING"
	Completed = "COMPLETED"
	Cancelled = "CANCELLED"
	Failed    = "FAILED"
)

// MoveTask moves the messages of a dead-letter queue to another queue, or back
// to where each came from.
type MoveTask struct {
	ID string
	// Source and Destination are ARNs; without a destination each message goes
	// to the queue that it came from.
	Source, Destination string
	// PerSecond is the most messages moved in a second; 0: as fast as we can.
	PerSecond int
	Status    string
	Failure   string
	Started   time.Time
	// ToMove is how many messages there were when the task began.
	ToMove, Moved int
}

// Limits of tasks. As many are listed, and kept for each queue.
const (
	maxTasks     = 10
	maxPerSecond = 500
)

var (
	tasks = catalog.Table[MoveTask]{Name: "queue-move-task"} // source queue's id, time of start, task id
	// moving has the key of the task that a queue's messages are moved by.
	moving = catalog.Table[[]string]{Name: "queue-moving"} // source queue's id
)

// Handle names the task to those who may cancel it.
func (t *MoveTask) Handle() string {
	b, _ := json.Marshal(handle{t.ID, t.Source}) // of two strings
	return base64.StdEncoding.EncodeToString(b)
}

type handle struct {
	Task   string `json:"taskId"`
	Source string `json:"sourceArn"`
}

func noTasks(what string) error {
	return fault.New(fault.NotFound, "The resource that you specified for the %s parameter doesn't exist.", what).On(what)
}

// queueOf returns the queue that an ARN, the value of a parameter, names.
func queueOf(r catalog.Reader, n metric.Tenant, resource, parameter string) (record, error) {
	if resource == "" {
		return record{}, fault.New(fault.Missing, "The request must contain the parameter %s.", parameter).On(parameter)
	}
	named, err := named(resource)
	if err != nil || !isQueue(resource) {
		return record{}, wrongPolicy(parameter, resource, "Must be the ARN of a queue.") // (inferred)
	}
	if named.Tenant != n {
		return record{}, noTasks(parameter)
	}
	q, ok, err := queues.Get(r, named.key()...)
	if err == nil && !ok {
		err = noTasks(parameter)
	}
	return q, err
}

// StartMove begins to move the messages of the tenant's dead-letter queue
// source, to the destination or, where that is empty, to where each came from.
func (s *Service) StartMove(ctx context.Context, n metric.Tenant, source, destination string, perSecond *int) (t MoveTask, err error) {
	t = MoveTask{ID: uuid.NewString(), Source: source, Destination: destination, Status: Running, Started: s.now()}
	if perSecond != nil {
		if t.PerSecond = *perSecond; t.PerSecond < 1 || t.PerSecond > maxPerSecond {
			return t, fault.New(fault.InvalidValue, "Value %d for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500, if provided.", t.PerSecond).On("MaxNumberOfMessagesPerSecond") // (inferred)
		}
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		q, err := queueOf(tx, n, source, "SourceArn")
		if err != nil {
			return err
		}
		if err := checkDestination(tx, n, &q, destination); err != nil {
			return err
		}
		_, busy, err := moving.Get(tx, q.ID)
		if err != nil {
			return err
		}
		if busy {
			return on("move-task", fault.New(fault.Unsupported, "There is already a task running. Only one active task is allowed for a source queue arn at a given time."))
		}
		total, _, err := counts.Get(tx, q.store())
		if err != nil {
			return err
		}
		hidden, err := s.hidden(tx, q.store())
		if err != nil {
			return err
		}
		t.ToMove = hidden.visible(total)
		key := []string{q.ID, catalog.TimePart(t.Started), t.ID}
		tx.After(s.moves.Nudge)
		if err := moving.Put(tx, key, q.ID); err != nil {
			return err
		}
		if err := tasks.Put(tx, t, key...); err != nil {
			return err
		}
		return forgetTasks(tx, q.ID)
	})
	return t, err
}

// checkDestination: the source must be some queue's dead-letter queue, and the
// destination another queue of its kind.
func checkDestination(tx *catalog.Tx, n metric.Tenant, source *record, destination string) error {
	dead := false
	err := queues.Scan(tx, catalog.Range{Prefix: []string{source.Account, source.Region}}, func(_ []string, q record) (bool, error) {
		dead = q.Settings.Redrive != nil && q.Settings.Redrive.Target == source.ARN()
		return !dead, nil
	})
	if err != nil {
		return err
	}
	if !dead {
		return fault.New(fault.InvalidValue, "Source queue must be configured as a Dead Letter Queue.").On("SourceArn")
	}
	if destination == "" {
		return nil
	}
	to, err := queueOf(tx, n, destination, "DestinationArn")
	switch {
	case err != nil:
		return err
	case to.ID == source.ID:
		return fault.New(fault.InvalidValue, "Source queue arn and destination queue arn cannot be the same.").On("DestinationArn") // (inferred)
	case to.fifo() != source.fifo():
		return fault.New(fault.InvalidValue, "Source and destination queue must be of the same type.").On("DestinationArn") // (inferred)
	}
	return nil
}

// forgetTasks deletes all tasks of a queue but the last ones.
func forgetTasks(tx *catalog.Tx, id string) error {
	n := 0
	return tasks.Scan(tx, catalog.Range{Prefix: []string{id}, Backwards: true}, func(key []string, t MoveTask) (bool, error) {
		if n++; n > maxTasks && t.Status != Running {
			return true, tasks.Delete(tx, key...)
		}
		return true, nil
	})
}

// Moves returns up to limit tasks of the tenant's queue, the last first.
func (s *Service) Moves(n metric.Tenant, source string, limit int) (list []MoveTask, err error) {
	if limit < 1 || limit > maxTasks {
		return nil, fault.New(fault.InvalidValue, "Value %d for parameter MaxResults is invalid. Reason: Must be between 1 and 10, if provided.", limit).On("MaxResults") // (inferred)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		q, err := queueOf(r, n, source, "SourceArn")
		if err != nil {
			return err
		}
		return tasks.Scan(r, catalog.Range{Prefix: []string{q.ID}, Backwards: true}, func(_ []string, t MoveTask) (bool, error) {
			list = append(list, t)
			return len(list) < limit, nil
		})
	})
	return list, err
}

// CancelMove ends a running task; what it has moved stays moved.
func (s *Service) CancelMove(ctx context.Context, n metric.Tenant, of string) (t MoveTask, err error) {
	if of == "" {
		return t, fault.New(fault.Missing, "The request must contain the parameter TaskHandle.").On("TaskHandle")
	}
	var h handle
	b, err := base64.StdEncoding.DecodeString(of)
	if err != nil || json.Unmarshal(b, &h) != nil || h.Task == "" {
		return t, fault.New(fault.InvalidValue, "Value for parameter TaskHandle is invalid.").On("TaskHandle")
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		q, err := queueOf(tx, n, h.Source, "TaskHandle")
		if err != nil {
			return err
		}
		key, ok, err := moving.Get(tx, q.ID)
		if err != nil {
			return err
		}
		if !ok || key[len(key)-1] != h.Task {
			return fault.New(fault.NotFound, "Task does not exist or is not running.").On("TaskHandle") // (inferred)
		}
		if t, _, err = tasks.Get(tx, key...); err != nil {
			return err
		}
		t.Status = Cancelled
		return endTask(tx, &t, key)
	})
	return t, err
}

// endTask writes a task that does not run any more.
func endTask(tx *catalog.Tx, t *MoveTask, key []string) error {
	if err := moving.Delete(tx, key[0]); err != nil {
		return err
	}
	return tasks.Put(tx, *t, key...)
}
