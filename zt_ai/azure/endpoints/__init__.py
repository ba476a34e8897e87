"""Private Link: how managed services are reached, and how others reach the proxy."""
