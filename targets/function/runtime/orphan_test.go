package runtime

const orphanTestDir = "SKYWATCH_RUNTIME_ORPHAN_TEST"

func parent(string) {}
