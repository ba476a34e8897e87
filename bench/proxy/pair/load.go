package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// headers collects repeated -header NAME:VALUE.
type headers []string

func (h *headers) String() string     { return strings.Join(*h, ", ") }
func (h *headers) Set(s string) error { *h = append(*h, s); return nil }

// Result is what a run measured. Latencies are in milliseconds; at a fixed rate they count from the moment at which a
// request was due, so that a stall is not left out (coordinated omission).
type Result struct {
	Seconds  float64        `json:"seconds"`
	Requests int            `json:"requests"`
	Errors   int            `json:"errors"`
	Statuses map[int]int    `json:"statuses"`
	Passed   map[string]int `json:"passed"` // by body: answered with 200
	P50      float64        `json:"p50"`
	P90      float64        `json:"p90"`
	P99      float64        `json:"p99"`
	Max      float64        `json:"max"`
}

type sample struct {
	took   time.Duration
	status int
	body   int
}

// load posts the bodies of a folder in turn for some seconds and prints a Result as JSON.
func load(args []string) {
	flags := flag.NewFlagSet("load", flag.ExitOnError)
	url := flags.String("url", "", "where to post")
	folder := flags.String("bodies", "", "folder with one JSON body a file, sent in the order of their names")
	seconds := flags.Float64("seconds", 10, "length of the run")
	connections := flags.Int("connections", 32, "connections, each with one request at a time")
	rate := flags.Float64("rate", 0, "requests a second; 0 sends the next as soon as the last is answered")
	cert := flags.String("cert", "", "client certificate")
	key := flags.String("key", "", "its key")
	ca := flags.String("ca", "", "authority of the server's certificate")
	most := flags.Int64("most", 0, "stop after so many requests; 0 for no bound")
	var extra headers
	flags.Var(&extra, "header", "NAME:VALUE, may be given several times")
	_ = flags.Parse(args)

	names, bodies := read(*folder)
	client := &http.Client{Timeout: 60 * time.Second, Transport: transport(*cert, *key, *ca, *connections)}
	start := time.Now()
	until := start.Add(time.Duration(*seconds * float64(time.Second)))
	var turn atomic.Int64
	samples := make([][]sample, *connections)
	var wait sync.WaitGroup
	for worker := range *connections {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for {
				mine := turn.Add(1) - 1
				if *most > 0 && mine >= *most {
					return
				}
				due := time.Now()
				if *rate > 0 {
					due = start.Add(time.Duration(float64(mine) / *rate * float64(time.Second)))
				}
				if due.After(until) {
					return
				}
				time.Sleep(time.Until(due))
				body := int(mine) % len(bodies)
				status := post(client, *url, bodies[body], extra)
				samples[worker] = append(samples[worker], sample{time.Since(due), status, body})
			}
		}()
	}
	wait.Wait()
	_ = json.NewEncoder(os.Stdout).Encode(summary(names, samples, time.Since(start)))
}

func read(folder string) ([]string, [][]byte) {
	files, _ := filepath.Glob(filepath.Join(folder, "*.json"))
	sort.Strings(files)
	var names []string
	var bodies [][]byte
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			fail(err.Error())
		}
		names, bodies = append(names, strings.TrimSuffix(filepath.Base(file), ".json")), append(bodies, body)
	}
	if len(bodies) == 0 {
		fail("no bodies in " + folder)
	}
	return names, bodies
}

func transport(cert, key, ca string, connections int) *http.Transport {
	settings := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	if cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			fail(err.Error())
		}
		settings.Certificates = []tls.Certificate{pair}
	}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			fail(err.Error())
		}
		settings.RootCAs = x509.NewCertPool()
		settings.RootCAs.AppendCertsFromPEM(pem)
	}
	return &http.Transport{TLSClientConfig: settings, MaxIdleConns: connections, MaxIdleConnsPerHost: connections,
		MaxConnsPerHost: connections, DisableCompression: true,
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}}
}

// post sends one body and reads the whole answer; 0 stands for an error of the connection.
func post(client *http.Client, url string, body []byte, extra headers) int {
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		fail(err.Error())
	}
	request.Header.Set("content-type", "application/json")
	for _, one := range extra {
		name, value, _ := strings.Cut(one, ":")
		request.Header.Set(name, strings.TrimSpace(value))
	}
	response, err := client.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0
	}
	return response.StatusCode
}

func summary(names []string, samples [][]sample, took time.Duration) Result {
	result := Result{Seconds: took.Seconds(), Statuses: map[int]int{}, Passed: map[string]int{}}
	var all []time.Duration
	for _, some := range samples {
		for _, one := range some {
			result.Requests++
			result.Statuses[one.status]++
			if one.status == 0 {
				result.Errors++
			}
			if one.status == http.StatusOK {
				result.Passed[names[one.body]]++
			}
			all = append(all, one.took)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	at := func(share float64) float64 {
		if len(all) == 0 {
			return 0
		}
		return float64(all[min(len(all)-1, int(share*float64(len(all))))]) / float64(time.Millisecond)
	}
	result.P50, result.P90, result.P99, result.Max = at(0.5), at(0.9), at(0.99), at(1)
	return result
}
