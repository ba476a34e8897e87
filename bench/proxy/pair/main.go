// Command pair is both ends of a proxy benchmark: `pair upstream` plays the provider, `pair load` its callers.
//
// It is Go with nothing but the standard library, so that on two cores the ends cost little beside what is measured.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fail("say `upstream` or `load`")
	}
	switch os.Args[1] {
	case "upstream":
		upstream(os.Args[2:])
	case "load":
		load(os.Args[2:])
	default:
		fail("no command " + os.Args[1] + "; say `upstream` or `load`")
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, "pair: "+why)
	os.Exit(2)
}
