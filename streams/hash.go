package streams

import (
	"crypto/md5" // what AWS spreads keys with; nothing is protected by it
	"fmt"
	"math/big"
	"strings"
)

// hashes is how many hash keys there are: 2^128.
func hashes() *big.Int { return new(big.Int).Lsh(big.NewInt(1), 128) }

// span is how many hash keys a shard of so many has; the last has what is left
// over, too.
func span(shards int) *big.Int { return new(big.Int).Div(hashes(), big.NewInt(int64(shards))) }

// Shard is one shard of a stream.
type Shard struct {
	ID string
	// From and To are the first and the last hash key.
	From, To string
	// First is the sequence number before which it has none.
	First string
}

// ShardID writes the ID of a shard, counted from 0.
func ShardID(n int) string { return fmt.Sprintf("shardId-%012d", n) }

// readShardID is ShardID's inverse; false for one that the stream does not have.
func (st *Stream) readShardID(id string) (n int, ok bool) {
	digits, ok := strings.CutPrefix(id, "shardId-")
	if _, err := fmt.Sscanf(digits, "%d", &n); !ok || err != nil || n < 0 || n >= st.Shards {
		return 0, false
	}
	return n, ShardID(n) == id
}

// List describes the shards of a stream behind the one with the ID given, if one
// is.
func (st *Stream) List(after string) []Shard {
	all := make([]Shard, 0, st.Shards)
	for i := range st.Shards {
		if ShardID(i) > after {
			all = append(all, st.shard(i))
		}
	}
	return all
}

func (st *Stream) shard(i int) Shard {
	width := span(st.Shards)
	from := new(big.Int).Mul(width, big.NewInt(int64(i)))
	to := new(big.Int).Add(from, width)
	if i == st.Shards-1 {
		to = hashes()
	}
	to.Sub(to, big.NewInt(1))
	return Shard{ShardID(i), from.String(), to.String(), sequence(i, place{millis: st.Created.UnixMilli()})}
}

// shardOf finds the shard of a record: by the hash key it names, or by the MD5
// of its partition key.
func (st *Stream) shardOf(r *Record) (int, error) {
	var key *big.Int
	if r.HashKey != "" {
		var ok bool
		key, ok = new(big.Int).SetString(r.HashKey, 10)
		if !ok || len(r.HashKey) > 39 || key.Sign() < 0 || key.Cmp(hashes()) >= 0 || r.HashKey[0] == '+' {
			return 0, invalid("ExplicitHashKey", "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was %s", r.HashKey)
		}
	} else {
		sum := md5.Sum([]byte(r.PartitionKey))
		key = new(big.Int).SetBytes(sum[:])
	}
	return int(min(key.Div(key, span(st.Shards)).Int64(), int64(st.Shards-1))), nil
}
