"""The proxies that a system keeps beside the environment, one file a system. Read from its own store; nothing is sent."""
