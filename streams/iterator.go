package streams

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"skywatch/internal/fault"
)

// lifetime is how long an iterator is good for (GetShardIterator).
const lifetime = 5 * time.Minute

// ExpiredIterator is the fault.Error.Subject of an iterator that is too old.
const ExpiredIterator = "iterator"

// Start is where reading begins.
type Start string

// The starts, as the API spells them.
const (
	TrimHorizon   Start = "TRIM_HORIZON"
	Latest        Start = "LATEST"
	AtSequence    Start = "AT_SEQUENCE_NUMBER"
	AfterSequence Start = "AFTER_SEQUENCE_NUMBER"
	AtTimestamp   Start = "AT_TIMESTAMP"
)

// From says where reading begins, with what the start takes.
type From struct {
	Start
	Sequence string
	Time     time.Time
}

// iterator is a place to read from on.
type iterator struct {
	stream string
	log    uuid.UUID
	shard  uint32
	at     place
	issued time.Time
}

const iteratorVersion = 1

// token is the iterator as clients have it.
func (it *iterator) token() string {
	b := append([]byte{iteratorVersion}, it.log[:]...)
	b = binary.BigEndian.AppendUint32(b, it.shard)
	for _, n := range []uint64{uint64(it.at.millis), it.at.number, uint64(it.issued.UnixMilli())} {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return base64.StdEncoding.EncodeToString(append(b, it.stream...))
}

func readIterator(token string) (it iterator, err error) {
	const fixed = 1 + 16 + 4 + 3*8
	b, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil || len(b) <= fixed || b[0] != iteratorVersion {
		return it, invalid("ShardIterator", "Invalid ShardIterator.")
	}
	copy(it.log[:], b[1:])
	it.shard = binary.BigEndian.Uint32(b[17:])
	it.at = place{int64(binary.BigEndian.Uint64(b[21:])), binary.BigEndian.Uint64(b[29:])}
	it.issued = time.UnixMilli(int64(binary.BigEndian.Uint64(b[37:]))).UTC()
	it.stream = string(b[fixed:])
	if it.at.millis < 0 {
		return it, invalid("ShardIterator", "Invalid ShardIterator.")
	}
	return it, nil
}

// Iterator returns a token to read a shard with.
func (s *Service) Iterator(n Name, shardID string, from From) (string, error) {
	st, err := s.Stream(n)
	if err != nil {
		return "", err
	}
	shard, err := st.find(shardID)
	if err != nil {
		return "", err
	}
	at, err := s.begin(&st, shard, from)
	if err != nil {
		return "", err
	}
	return s.iterate(&st, shard, at), nil
}

func (st *Stream) find(shardID string) (int, error) {
	n, ok := st.readShardID(shardID)
	if !ok {
		return 0, fault.New(fault.NotFound, "Shard %s in stream %s under account %s does not exist", shardID, st.Stream, st.Account)
	}
	return n, nil
}

func (s *Service) iterate(st *Stream, shard int, at place) string {
	log, err := uuid.Parse(st.Log)
	if err != nil { // we made it
		panic(err)
	}
	it := iterator{stream: st.Stream, log: log, shard: uint32(shard), at: at, issued: s.now()}
	return it.token()
}

// begin is the place of the first record that is wanted.
func (s *Service) begin(st *Stream, shard int, from From) (place, error) {
	switch from.Start {
	case TrimHorizon:
		return place{}, nil
	case Latest:
		sh, err := s.at(st, shard)
		if err != nil {
			return place{}, err
		}
		return sh.end(), nil
	case AtTimestamp:
		if from.Time.IsZero() {
			return place{}, invalid("Timestamp", "Must specify timestamp parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.")
		}
		if now := s.now(); from.Time.After(now) {
			return place{}, invalid("Timestamp", "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: %d, currentTimestampInMillis: %d", from.Time.UnixMilli(), now.UnixMilli())
		}
		return place{millis: max(0, from.Time.UnixMilli())}, nil
	case AtSequence, AfterSequence:
		if from.Sequence == "" {
			return place{}, invalid("StartingSequenceNumber", "Must either specify (1) %s and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified %s and no StartingSequenceNumber.", from.Start, from.Start)
		}
		at, ok := readSequence(shard, from.Sequence)
		if !ok {
			return at, invalid("StartingSequenceNumber", "StartingSequenceNumber %s used in GetShardIterator on shard %s in stream %s under account %s is invalid.", from.Sequence, ShardID(shard), st.Stream, st.Account)
		}
		if from.Start == AfterSequence && from.Sequence != "0" {
			at = at.next()
		}
		return at, nil
	}
	return place{}, invalid("ShardIteratorType", "ShardIteratorType %s is not valid.", from.Start) // wording (inferred)
}
