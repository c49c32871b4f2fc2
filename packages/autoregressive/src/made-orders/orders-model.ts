import type { BuildContext, GenerativeModel } from '@kindred/model';
import { binaryImageModel, sumOfPixels } from '../images/binary-image-model.ts';
import type { AutoregressiveOptions } from '../options.ts';
import { ordersSampler } from './orders-sampler.ts';
import { indexOf, logitsInOrder, logProbabilityOverOrders, ordersAt, ordersNetwork } from './orders-network.ts';

/**
 * MADE with several orders of the pixels: a training step goes up the likelihood of one order, which it draws, and the likelihood is that of
 * the mixture of all.
 *
 * @see Germain et al. 2015, arXiv:1502.03509, section 4.2
 */
export function ordersModel(context: BuildContext<AutoregressiveOptions>): GenerativeModel {
  const { hidden, orders, sampling } = context.options;
  return binaryImageModel(context, (parameters, { rows, width }) => {
    const network = ordersNetwork(parameters, context.random.derive('orders'), {
      pixels: rows * width,
      hidden,
      orders,
    });
    return {
      name: 'made-orders',
      logProbability: (x) => logProbabilityOverOrders(network, x),
      trainedLogProbability: (x, pick) =>
        sumOfPixels(logitsInOrder(network, x, ordersAt(network, indexOf(pick, orders))), x),
      sampler: (state, config) => ordersSampler(network, state, { ...config, sampling }),
    };
  });
}
