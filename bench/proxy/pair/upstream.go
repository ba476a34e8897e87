package main

import (
	"crypto/tls"
	"encoding/json"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync/atomic"
)

// A chat answer as OpenAI gives it, about 600 bytes.
const answer = `{"id":"chatcmpl-bench","object":"chat.completion","created":1767225600,"model":"gpt-4.1-mini",` +
	`"choices":[{"index":0,"message":{"role":"assistant","content":"The reading list covers design, testing and ` +
	`operations. Begin with the chapter on queues, then compare the two schedulers in the appendix, and write down ` +
	`what surprised you before you look at the answers. A short summary of each part is enough for the first week."},` +
	`"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":900,"completion_tokens":60,"total_tokens":960}}`

// upstream serves the answer over TLS, and tells on GET /seen how many requests and bytes it has read.
func upstream(args []string) {
	flags := flag.NewFlagSet("upstream", flag.ExitOnError)
	cert := flags.String("cert", "", "certificate file; without it plain HTTP")
	key := flags.String("key", "", "key file")
	listen := flags.String("listen", "127.0.0.1:0", "address to listen on; its port is printed")
	_ = flags.Parse(args)
	var requests, bytes atomic.Int64
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/seen" {
			_ = json.NewEncoder(w).Encode(map[string]int64{"requests": requests.Load(), "bytes": bytes.Load()})
			return
		}
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			http.Error(w, "the body broke off", http.StatusBadRequest)
			return
		}
		requests.Add(1)
		bytes.Add(n)
		w.Header().Set("content-type", "application/json")
		_, _ = io.WriteString(w, answer)
	})
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		fail(err.Error())
	}
	// HTTP/1.1 only, for every contestant alike.
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}}
	_, _ = os.Stdout.WriteString(listener.Addr().String() + "\n")
	if *cert == "" {
		err = server.Serve(listener)
	} else {
		err = server.ServeTLS(listener, *cert, *key)
	}
	fail(err.Error())
}
