"""The road over the network: Scrapy's parts as we use them."""
