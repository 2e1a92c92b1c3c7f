"""Tests of `tcplife/capture/`."""
